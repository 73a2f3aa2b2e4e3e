"""The item bank: list, one item, a new item, a new revision, its states."""
