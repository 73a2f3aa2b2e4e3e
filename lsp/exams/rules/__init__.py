"""The arithmetic of exams: item types, timing, assembling papers, marks."""
