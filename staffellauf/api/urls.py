from ninja import NinjaAPI

api = NinjaAPI(title="Staffellauf", version="1")
