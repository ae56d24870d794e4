"""The API's description in OpenAPI 3.1, made from the code: `docs/openapi.yaml`, and the pages at `/api/docs`.

drf-spectacular walks the URLs and keeps the components; what it can't know is read here: the `Answer`s of
`@extend_schema`, the strict serializers, the structs of the responses and the lists' declarations.  Data that code
doesn't say stands beside it: `vocabulary.yaml` (what each name means), `error_codes.yaml` and `examples.yaml`.
"""
