"""What the five services answer over real sockets: to what their documents promise, and to what must not break them."""
