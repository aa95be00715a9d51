"""The portal's pages, as somebody with a browser and a keyboard finds them."""
