"""Characters, lines and words, whatever they say."""
