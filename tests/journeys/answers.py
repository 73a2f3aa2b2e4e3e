"""What a well-prepared candidate knows: the packaged question bank, read as a book.

The answer is found by the question's own words on the screen and given through its own controls;
the browser never has a key.
"""

from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Page

BANK = Path(__file__).parents[2] / "lsp/exams/bank"


def _asked(stem: str) -> str:
    """The last paragraph of a stem: what the screen shows as the question itself."""
    return " ".join(stem.strip().split("\n\n")[-1].split())


def read_bank() -> dict[str, list[dict[str, Any]]]:
    """Items of the packaged bank by the words of their question."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in BANK.glob("*.yaml"):
        for item in yaml.safe_load(file.read_text())["items"]:
            found.setdefault(_asked(item["stem"]), []).append(item)
    return found


ITEMS = read_bank()


def item_on(page: Page) -> dict[str, Any]:
    """The bank's item that this page asks."""
    asked = " ".join(page.locator(".lsp-question__text").inner_text().split())
    items = ITEMS[asked]
    if len(items) == 1:
        return items[0]
    whole = " ".join(page.locator("#soal").inner_text().split())
    return next(i for i in items if " ".join(i["stem"].split("\n\n")[0].split()) in whole)


def answer_rightly(page: Page) -> None:
    """Answer the question on the page as the bank would, with the page's own controls."""
    item = item_on(page)
    question = page.locator("#soal")
    match item["type"]:
        case "single_choice" | "multiple_choice":
            for choice in item["choices"]:
                if choice["correct"]:
                    question.get_by_label(choice["text"]).check()
        case "true_false":
            question.get_by_label("Benar" if item["answer"] else "Salah").check()
        case "short_answer":
            question.get_by_role("textbox").fill(item["accepted"][0])
        case "numerical":
            question.get_by_role("textbox").fill(str(item["value"]).replace(".", ","))
        case "matching":
            for pair in item["pairs"]:
                question.get_by_label(pair["left"], exact=True).select_option(label=pair["right"])
        case "essay":
            question.get_by_role("textbox").fill(item["model_answer"])
