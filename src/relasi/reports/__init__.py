"""What people look at: lists as they are asked for, figures about records and the words for them; how both
are sent by mail. Pages are left to the apps."""
