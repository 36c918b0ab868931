"""`python app.py --check`: are the settings right, and does the database answer?"""

import re

from config import configs
from drivers import OperationalError
from orm import close_pool, create_pool, select
from request_data import SECRET


async def main():
    """Print what the program would use, secrets masked; one sentence tells what is wrong."""
    for name, value in vars(configs).items():
        text = ', '.join(map(str, value)) if isinstance(value, list) else str(value)
        text = re.sub('(//[^:@/]*:).*@', r'\1******@', text)  # the password in a database URL
        print(f'{name:<18}{"******" if SECRET.search(name) else text}')
    try:
        await create_pool(configs.database_url)
        await select('select 1')
    except (ConnectionError, *OperationalError) as error:
        raise SystemExit(f'{error}. Check DATABASE_URL.') from None
    finally:
        await close_pool()
    print('The database answers.')
