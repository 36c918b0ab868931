"""What is different where the blog is public: applied when APP_ENV is `production`."""

configs = {
    'log_level': 'WARNING',
    'session_secret': '',  # has to come from the environment
    'shutdown_seconds': 12,
    'count_max_age': 10,
}
