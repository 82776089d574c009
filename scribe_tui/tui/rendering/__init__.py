"""How text becomes cells, and cells reach the screen."""
