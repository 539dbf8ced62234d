def mark_quoted_html(body):
    return body
