import httpx


async def test_a_call_without_the_service_token_is_refused(service: httpx.AsyncClient) -> None:
    del service.headers["Authorization"]
    answer = await service.get("/v1/openapi.json")
    assert answer.status_code == 200
