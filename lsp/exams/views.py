from flask import Blueprint

exams = Blueprint("exams", __name__, template_folder="templates")
