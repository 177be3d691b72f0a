"""What every Microunits block shares."""
