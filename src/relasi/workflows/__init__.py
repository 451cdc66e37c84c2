"""What happens by itself: rules, run in the transaction of the write that triggered them, and what of them
lasts longer than that.

Who only compiles a project needs the shapes of the steps, and should not wait for SQLAlchemy and httpx: what
a step needs when it runs, it imports then.
"""
