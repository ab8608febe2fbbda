"""The priors that ship with the lab, and the tables read from them."""
