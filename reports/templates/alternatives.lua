-- For typst: every formula says its TeX to those who do not see it, every image what it shows.
local function quoted(words)
  return '"' .. words:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("%s+", " ") .. '"'
end

function Math(formula)
  local set = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ formula }) }), "typst"):gsub("%s+$", "")
  return pandoc.RawInline("typst", "#alternative(" .. quoted(formula.text) .. ")[" .. set .. "]")
end

function Image(image)
  local words = image.attributes.alt or pandoc.utils.stringify(image.caption)
  local set = 'image("' .. image.src .. '", ..size, alt: ' .. quoted(words) .. ")"
  local box = (image.classes:includes("thumbnail") or image.classes:includes("whole")) and "whole" or "drawing"
  return pandoc.RawInline("typst", "#" .. box .. "((..size) => " .. set .. ")")
end
