"""The line of the product, in its order: each stage links only to earlier ones."""

from . import shared, measure, score, review, reward, improve
