"""What rests on arrays alone: validation, files, pre-activations and moments, which neurons share a hyperplane."""
