"""The screens and dialogs, and the key actions of the main screen."""
