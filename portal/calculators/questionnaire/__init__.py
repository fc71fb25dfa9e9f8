"""Any calculator as people meet it: what they enter, the form that reads it, the pages, the total so far."""
