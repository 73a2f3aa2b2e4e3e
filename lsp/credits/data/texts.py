"""Our own words in the packaged data, marked here so that they have their English."""

from lsp.texts import N_

TEXTS = (N_("berkas pada repositori publik"),)
