# SPDX-License-Identifier: Apache-2.0
"""Base of all service classes, as the skeleton's dispatcher wants them."""


class Agent(object):

    def get_services(self, version=None):
        raise NotImplementedError("a service class gives its table of names and functions")
