"""Exam sessions: list, one session, a new one, and the invigilator's room."""
