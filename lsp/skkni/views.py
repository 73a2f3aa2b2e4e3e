from flask import Blueprint

skkni = Blueprint("skkni", __name__, template_folder="templates")
