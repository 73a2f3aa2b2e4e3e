"""What is done with standards and schemes: loading the packaged ones, finding, reading."""

from lsp.skkni.services.catalogue import (
    Catalogue,
    StandardListing,
    get_standard,
    get_unit,
    search_catalogue,
)
from lsp.skkni.services.loading import load_schemes, load_standards
from lsp.skkni.services.schemes import (
    active_scheme_versions,
    get_scheme,
    get_scheme_version,
    list_schemes,
    schemes_with_unit,
)

__all__ = [
    "Catalogue",
    "StandardListing",
    "active_scheme_versions",
    "get_scheme",
    "get_scheme_version",
    "get_standard",
    "get_unit",
    "list_schemes",
    "load_schemes",
    "load_standards",
    "schemes_with_unit",
    "search_catalogue",
]
