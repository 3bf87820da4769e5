"""Translations: texts in the language of whoever reads them."""
