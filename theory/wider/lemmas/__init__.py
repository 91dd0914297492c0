"""What claims of this room rest on."""
