"""Forms of the exam wing, one class a page that asks something."""
