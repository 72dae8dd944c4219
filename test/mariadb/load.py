"""A client that writes without a pause and says what was acknowledged: `ack N`, or `no N: why`.

Numbers are written in order, each in a transaction of its own, through the address that all clients use.
"""
import os
import sys
import time

import pymysql

# There where the server speaks TLS alone.
CA = '/tls/ca.crt'


def connect():
    return pymysql.connect(host='mariadb', user='root', password=os.environ['PASSWORD'], autocommit=True,
                           connect_timeout=3, read_timeout=10, write_timeout=10,
                           ssl={'ca': CA} if os.path.exists(CA) else None)


def main():
    table, number, connection = sys.argv[1], 0, None
    while True:
        number += 1
        try:
            connection = connection or connect()
            with connection.cursor() as cursor:
                cursor.execute(f'INSERT INTO load_test.{table} (number, text) VALUES (%s, REPEAT(%s, 50))',
                               (number, chr(97 + number % 26)))
            print(f'ack {number} {time.time():.3f}', flush=True)
        except (pymysql.MySQLError, OSError) as error:
            print(f'no {number} {time.time():.3f}: {error}', flush=True)
            connection = None
            time.sleep(0.1)
        time.sleep(0.005)


main()
