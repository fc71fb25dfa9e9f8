"""The factor set in force: built from recipes, shown, searched and handed out."""
