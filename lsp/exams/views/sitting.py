"""The candidate's side: their exams, the start, one question after the other, the end."""
