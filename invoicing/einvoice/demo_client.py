"""The client by which the demo company speaks to the simulator of MyInvois, which knows it.  None of it is secret."""

DEMO_TIN, DEMO_BRN = "C20880050010", "201901012345"
DEMO_CLIENT_ID, DEMO_CLIENT_SECRET = "demo-client", "demo-secret"
