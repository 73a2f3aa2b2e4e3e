"""Question files of other programs: read without dropping anything in silence, and written.

Pure functions from bytes to ``package.Reading`` and back; no database, no Flask. One module or
folder a format; ``reading`` finds out which one a file is.
"""
