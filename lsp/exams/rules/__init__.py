"""The arithmetic of exams: item types, timing, drawing a paper, marks."""
