"""Home Assistant to Moment: what each entity is, who is home, what they do."""
