from flask import Blueprint

credits_ = Blueprint("credits", __name__, template_folder="templates")
