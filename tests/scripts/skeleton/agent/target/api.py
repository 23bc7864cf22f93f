# SPDX-License-Identifier: Apache-2.0
"""The list of service classes, and the table that the server makes of it."""
from agent.api import common
from agent.lib.settings import get_api_version

# A list that names MODULES = [ in a comment, and a text that does so too, must mislead nobody.
HELP = """
MODULES = [
    'this is a text',
]
"""

MODULES = [
    common.Common,
    common.Settings,  # the last one wins where names collide
]


def services():
    table = {}
    for module in reversed(MODULES):
        for version in get_api_version():
            table.update(module().get_services(version))
    return table
