"""Run SQL statements with psycopg2: started with the environment's Python.

Reads {"database", "statements": [[sql, [parameter, ...]], ...]} as JSON from
standard input and writes {"rows": [...]} of the last statement, or {"error"}.
"""

import json
import sys


def main():
    """Carry out one request."""
    import psycopg2

    request = json.load(sys.stdin)
    try:
        connection = psycopg2.connect(dbname=request["database"], connect_timeout=10)
        connection.autocommit = True
        cursor = connection.cursor()
        for statement, parameters in request["statements"]:
            cursor.execute(statement, parameters or None)
        rows = cursor.fetchall() if cursor.description else []
        connection.close()
    except psycopg2.Error as error:
        json.dump({"error": str(error).strip()}, sys.stdout)
        return
    json.dump({"rows": rows}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
