"""What leaves the house and what comes in: messages are rendered, the outbox is sent, calls are checked.

Which rule asks for what is left to `workflows`; who may read what to `records`.
"""
