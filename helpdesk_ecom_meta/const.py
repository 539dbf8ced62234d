# Where Meta's Graph API is, with the version that this addon was written for.
GRAPH_URL = 'https://graph.facebook.com/v26.0'

# Hosts from which Meta hands out files, and all hosts below them.
MEDIA_HOSTS = ('fbsbx.com', 'facebook.com', 'fbcdn.net', 'whatsapp.net', 'cdninstagram.com')
