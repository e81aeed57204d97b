"""How a message comes in: from a form or a file to a stored case with its attachments."""
