"""What stands between the network and the routes, one check a file; `chatbot.server.app` puts them in order."""
