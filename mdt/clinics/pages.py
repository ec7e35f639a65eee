from flask import Blueprint

pages = Blueprint("clinics", __name__)
