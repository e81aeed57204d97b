"""What is done to a case on the public track, from routing to publication."""
