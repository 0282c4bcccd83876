"""The staff at work: who they are, and what they do with talks they have."""
