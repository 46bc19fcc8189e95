<?xml version="1.0" encoding="utf-8"?>
<!-- What somebody sees who opens a feed (RSS or Atom) in a browser. No script, no style: that is in feed.css. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:atom="http://www.w3.org/2005/Atom" exclude-result-prefixes="atom">
  <xsl:output method="html" encoding="utf-8" doctype-system="about:legacy-compat"/>

  <xsl:template match="/">
    <xsl:variable name="title" select="/rss/channel/title | /atom:feed/atom:title"/>
    <html lang="{/rss/channel/language | /atom:feed/@xml:lang}">
      <head>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="robots" content="noindex"/>
        <title><xsl:value-of select="$title"/></title>
        <xsl:variable name="css" select="substring-before(substring-after(/processing-instruction('xml-stylesheet')[2], 'href=&quot;'), '&quot;')"/>
        <xsl:if test="$css"><link rel="stylesheet" href="{$css}"/></xsl:if>
      </head>
      <body>
        <main>
          <header>
            <p>RSS / Atom</p>
            <h1><a href="{/rss/channel/link | /atom:feed/atom:link[@rel='alternate']/@href}"><xsl:value-of select="$title"/></a></h1>
            <p><xsl:value-of select="/rss/channel/description | /atom:feed/atom:subtitle"/></p>
            <p><code><xsl:value-of select="/rss/channel/atom:link[@rel='self']/@href | /atom:feed/atom:link[@rel='self']/@href"/></code></p>
          </header>
          <xsl:apply-templates select="/rss/channel/item | /atom:feed/atom:entry"/>
        </main>
      </body>
    </html>
  </xsl:template>

  <xsl:template match="item | atom:entry">
    <article>
      <h2><a href="{link | atom:link[@rel='alternate']/@href}"><xsl:value-of select="title | atom:title"/></a></h2>
      <p><small><xsl:value-of select="pubDate | atom:published"/></small></p>
      <!-- A description in RSS is HTML, so a plain text has its "&lt;" escaped; Atom's summary is a plain text. -->
      <p><xsl:value-of select="atom:summary"/><xsl:value-of select="description" disable-output-escaping="yes"/></p>
    </article>
  </xsl:template>
</xsl:stylesheet>
