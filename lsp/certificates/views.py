from flask import Blueprint

certificates = Blueprint("certificates", __name__, template_folder="templates")
