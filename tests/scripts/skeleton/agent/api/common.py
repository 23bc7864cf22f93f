# SPDX-License-Identifier: Apache-2.0
"""A few services of the vendor's names, so that a client finds an agent."""
import time

from agent.api.base import Agent
from agent.lib.settings import get_api_version, get_setting


class Common(Agent):

    def get_services(self, version=None):
        return {"echo": self.echo, "get_api_version": self.get_api_version,
                "get_last_boot_time": self.get_last_boot_time, "sleep_for": self.sleep_for}

    def echo(self, msg):
        return msg

    def get_api_version(self):
        return get_api_version()

    def get_last_boot_time(self):
        return {"last_boot_time": 1413834408, "local_time": int(time.time())}

    def sleep_for(self, seconds=1, reason=None):
        time.sleep(seconds)
        return reason


class Settings(Agent):

    def get_services(self, version=None):
        return {"get_agent_setting": lambda name, section="server": get_setting(name, section),
                "count_arguments": self.count_arguments}

    def count_arguments(self, first, second=(1, 2), *others, **named):
        return len(others)
