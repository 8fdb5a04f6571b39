"""One module a scenario.

Each has SERVICE, SERVER_CONFIG, CLIENT_SERVICE, CLIENT_CONFIG (see base) and
`talk(conn)`, the client's part; or, over bare Channels, `serve_channel` and
`talk_channel`.
"""
