//! Orders: what a merchant tells us of its sales before anybody complains.
