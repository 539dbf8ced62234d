from . import test_reply_by_sms
