"""Reads an archive by ariadne, a tool made for X's own: posts.py ZIP"""
import json, sys
from ariadne.archive import load_archive

read = load_archive(sys.argv[1])
print(json.dumps([read.account, [[tweet.id, tweet.text, tweet.created_at] for tweet in read.tweets], read.warnings]))
