"""What the pages of an application and an assessment ask."""
