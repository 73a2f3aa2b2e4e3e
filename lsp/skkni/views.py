"""Public pages of the standards and schemes, and the same as JSON for other systems."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from lsp.security import open_to_all
from lsp.skkni.models import Scheme, SchemeState, SchemeVersion, Unit
from lsp.skkni.rules import GROUP_NAMES, confidence_name, read_code
from lsp.skkni.services import (
    StandardListing,
    get_scheme,
    get_standard,
    get_unit,
    list_schemes,
    schemes_with_unit,
    search_catalogue,
)
from lsp.web import session, settings

skkni = Blueprint("skkni", __name__, template_folder="templates")


@skkni.get("/standar")
@open_to_all
def catalogue() -> str:
    """Every standard, what is loaded of it, and a search by code or title."""
    query = request.args.get("q", "").strip()[:200]
    return render_template(
        "skkni/catalogue.html",
        catalogue=search_catalogue(session, query),
        query=query,
        group_names=GROUP_NAMES,
    )


@skkni.get("/standar.json")
@open_to_all
def catalogue_data() -> Response:
    """The catalogue for other systems; ``q`` searches as on the page."""
    found = search_catalogue(session, request.args.get("q", "").strip()[:200])
    return jsonify(
        standards=[_standard_data(listing) for listing in found.standards], is_cut=found.is_cut
    )


@skkni.get("/standar/<string:slug>")
@open_to_all
def standard(slug: str) -> str:
    """One standard: what is known of it, and its units by group."""
    return render_template(
        "skkni/standard.html", listing=get_standard(session, slug), group_names=GROUP_NAMES
    )


@skkni.get("/unit/<string:slug>")
@open_to_all
def unit(slug: str) -> str:
    """One unit: elements, criteria, what is missing, where it comes from."""
    found = get_unit(session, slug)
    return render_template(
        "skkni/unit.html",
        unit=found,
        code=read_code(found.code) if found.code else None,
        confidence=confidence_name(found.confidence),
        group_names=GROUP_NAMES,
        schemes=schemes_with_unit(session, found.id),
    )


@skkni.get("/unit/<string:slug>.json")
@open_to_all
def unit_data(slug: str) -> Response:
    """One unit for other systems."""
    found = get_unit(session, slug)
    elements = [
        {
            "number": element.number,
            "title": element.title,
            "criteria": [{"number": c.label, "text": c.text} for c in element.criteria],
        }
        for element in found.elements
    ]
    return jsonify(
        {
            **_unit_data(found),
            "standard": found.standard.number,
            "description": found.description,
            "completeness_note": found.completeness_note,
            "elements": elements,
            "range_statement": found.range_statement,
            "knowledge": found.knowledge,
            "source": found.source,
            "confidence": found.confidence,
        }
    )


@skkni.get("/skema")
@open_to_all
def schemes() -> str:
    """Every scheme, and which may be applied for."""
    return render_template(
        "skkni/schemes.html",
        schemes=[(scheme, _current(scheme)) for scheme in list_schemes(session)],
    )


@skkni.get("/skema/<string:slug>")
@open_to_all
def scheme(slug: str) -> str:
    """One scheme: units, prerequisites, how it is assessed, how long a certificate is valid."""
    found = get_scheme(session, slug)
    version = _current(found)
    return render_template("skkni/scheme.html", scheme=found, version=version)


def _current(scheme: Scheme) -> SchemeVersion | None:
    """The version in force, or the newest while none is; None for a scheme without a version."""
    in_force = [v for v in scheme.versions if v.state is SchemeState.ACTIVE]
    versions = in_force or scheme.versions
    return versions[-1] if versions else None


def _address(endpoint: str, slug: str) -> str:
    """Full address by the installation's own name, never by the Host header of the request."""
    return settings().base_url.rstrip("/") + url_for(endpoint, slug=slug)


def _standard_data(listing: StandardListing) -> dict[str, Any]:
    standard = listing.standard
    return {
        "number": standard.number,
        "title": standard.title,
        "year": standard.year,
        "announced_units": listing.count.announced,
        "loaded_units": listing.count.loaded,
        "source": standard.source,
        "page": _address("skkni.standard", standard.slug),
        "units": [_unit_data(unit) for _, units in listing.groups for unit in units],
    }


def _unit_data(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "title": unit.title,
        "group": unit.group or None,
        "completeness": unit.completeness.value,
        "page": _address("skkni.unit", unit.slug),
    }
